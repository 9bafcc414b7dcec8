/**
 * Canonical rewrites: many ways of writing the same network become one, so that engine and walk
 * need to know only that one. Importers apply them through {@link
 * org.saccade.network.rewrite.CanonicalForm}.
 */
package org.saccade.network.rewrite;
