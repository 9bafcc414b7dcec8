/**
 * From the bytes of an image file to the tensor a network reads, and back from network pixels to
 * image pixels.
 *
 * <p>Pixel for pixel this is what Pillow and torchvision do, because that is what networks were
 * trained with: {@link org.saccade.image.ImageDecoder} decodes as {@code
 * Image.open(f).convert("RGB")}, {@link org.saccade.image.Resampling} resizes as {@code
 * Image.resize}, {@link org.saccade.image.Preprocessor} crops and normalizes as torchvision's
 * transforms.
 *
 * <p>Coordinates are continuous: the pixel with index {@code i} has its centre at coordinate {@code
 * i} and covers {@code i - 0.5} to {@code i + 0.5}, in the image as in the network's input.
 */
package org.saccade.image;
