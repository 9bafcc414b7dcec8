/** Trains the small network of the demo on made pictures. Knows no Spark. */
package org.saccade.demo.training;
