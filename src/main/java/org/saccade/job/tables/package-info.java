/**
 * What commands share of tables: columns, and explanations read back as claims, with the pictures
 * and the true boxes they are about.
 */
package org.saccade.job.tables;
