/** The command {@code pack}: images from anywhere in, a few large shards out. */
package org.saccade.job.pack;
