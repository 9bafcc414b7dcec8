/**
 * What the notebooks show: tables, charts and sheets of pictures, as HTML and SVG, from rows that
 * Spark SQL selected. Nothing here needs fonts, a screen or a particular kernel.
 */
package org.saccade.notebook;
