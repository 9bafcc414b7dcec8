/** What people look at: pictures and pages made from explanations. */
package org.saccade.report;
