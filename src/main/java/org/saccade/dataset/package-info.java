/**
 * Where images and their labels come from: folders, globs, list files, tar shards, Parquet files
 * and label tables, on any file system that Hadoop can read. Nothing here knows Spark or decodes an
 * image.
 */
package org.saccade.dataset;
