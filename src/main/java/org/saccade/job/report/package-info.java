/**
 * The command {@code report}: gathers what {@code explain}, {@code evaluate} and {@code audit}
 * wrote for the pages of {@link org.saccade.report}.
 */
package org.saccade.job.report;
