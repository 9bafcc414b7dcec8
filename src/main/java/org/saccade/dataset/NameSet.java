package org.saccade.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The names met so far, for millions of them: 64 bits are kept of each. Two of a million different
 * names are taken for the same once in some forty million sets.
 */
final class NameSet {
  private static final int INITIAL_SLOTS = 1 << 10;
  private static final long EMPTY = 0;

  private final MessageDigest sha256 = sha256();
  private long[] slots = new long[INITIAL_SLOTS];
  private int size;

  /** Adds a name; whether it is new. */
  boolean add(String name) {
    if (2 * (size + 1) > slots.length) {
      grow();
    }
    boolean isNew = insert(slots, hash(name));
    if (isNew) {
      size++;
    }
    return isNew;
  }

  int size() {
    return size;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void grow() {
    long[] larger = new long[2 * slots.length];
    for (long hash : slots) {
      if (hash != EMPTY) {
        insert(larger, hash);
      }
    }
    slots = larger;
  }

  private static boolean insert(long[] slots, long hash) {
    int slot = (int) hash & (slots.length - 1);
    while (slots[slot] != EMPTY) {
      if (slots[slot] == hash) {
        return false;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = hash;
    return true;
  }

  /** The first 64 bits of the SHA-256; never the mark of an empty slot. */
  private long hash(String name) {
    long hash = ByteBuffer.wrap(sha256.digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
    return hash == EMPTY ? 1 : hash;
  }
}
