/**
 * The command {@code explain}: from images to rows of fixations, in chunks that a run which was
 * killed goes on with; and {@code prune}, which deletes its old output folders.
 */
package org.saccade.job.explain;
