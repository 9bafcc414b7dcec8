package org.saccade.image;

/** Why a file did not become a picture; the names are the error codes of the table. */
public enum ImageFault {
  /** The file has no bytes. */
  EMPTY_FILE,
  /** The content is not an image, or an image of a kind that is not read. */
  UNSUPPORTED_FORMAT,
  /** The file ends before its picture does. */
  TRUNCATED,
  /** The content contradicts its own format or checksums. */
  CORRUPT,
  /** The header announces more pixels than allowed; nothing was decoded. */
  TOO_LARGE
}
