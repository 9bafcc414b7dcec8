/**
 * The Spark applications: schemas, the model shared by the tasks of an executor, output folders.
 */
package org.saccade.job;
