package org.saccade.report;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What ran, from its manifest.
 *
 * @param model the model's file
 * @param images where the images are
 * @param profile of the walk
 * @param imagesPerSecond of the run
 * @param identity ids, hashes and times by name
 * @param configuration all settings
 * @param preprocessing name and values of the model's description
 * @param versions of what ran
 * @param wallSeconds wall time by phase
 */
public record RunFacts(
    String model,
    String images,
    String profile,
    OptionalDouble imagesPerSecond,
    Map<String, String> identity,
    Map<String, String> configuration,
    Map<String, String> preprocessing,
    Map<String, String> versions,
    Map<String, Double> wallSeconds) {}
