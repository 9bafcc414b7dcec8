/** The command line: parses arguments, prints, exits. */
package org.saccade.cli;
