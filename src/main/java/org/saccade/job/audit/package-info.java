/** The command {@code audit}: brings rows and the network to {@link org.saccade.audit}. */
package org.saccade.job.audit;
