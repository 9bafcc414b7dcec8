/**
 * Makes labelled pictures whose truth is known: what they show, where it is, and whether a spurious
 * cue was planted. Knows no Spark.
 */
package org.saccade.demo.scene;
