/* The registry of notes: NOTE(number, symbol, room, level, summary).
 *
 * Numbers are by room (base 100, fetch 200, order 300, ledger 400, customer 500,
 * campaign 600, page 700, press 800, printer 900, station 1000, abi 1100) and are never
 * given to another meaning. The summary goes to the man page. */

/* base: documents of any kind */
NOTE(101, XML_MALFORMED, "base", NOTE_ERROR, "A document is not well-formed XML.")
NOTE(102, XML_DOCTYPE, "base", NOTE_ERROR, "A document has a DOCTYPE, which is refused.")
NOTE(103, XML_TOO_BIG, "base", NOTE_ERROR, "A document is over the limit of bytes.")
NOTE(104, XML_TOO_DEEP, "base", NOTE_ERROR, "Elements are nested deeper than allowed.")
NOTE(105, XML_LONG_TAG, "base", NOTE_ERROR, "One tag is longer than 16 KB.")
NOTE(106, XML_INVALID, "base", NOTE_ERROR, "A document breaks its schema.")
NOTE(107, FILE_UNREADABLE, "base", NOTE_ERROR, "A file cannot be read.")
NOTE(108, NO_MEMORY, "base", NOTE_ERROR, "Memory is out.")
NOTE(109, XML_NOT_UTF8, "base", NOTE_ERROR, "A document's bytes are not of its encoding.")

/* fetch */

/* order */

/* ledger */

/* customer */

/* campaign */

/* page */

/* press */

/* printer */

/* station */

/* abi */
