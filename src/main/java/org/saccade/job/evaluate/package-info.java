/** The command {@code evaluate}: holds explanations, or boxes from elsewhere, against the truth. */
package org.saccade.job.evaluate;
