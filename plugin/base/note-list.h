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
NOTE(201, FETCH_BAD_URL, "fetch", NOTE_ERROR, "A URL is neither http nor https.")
NOTE(202, FETCH_LATE, "fetch", NOTE_WARNING, "A server did not answer within its deadline.")
NOTE(203, FETCH_FAILED, "fetch", NOTE_WARNING, "A server could not be asked, or its answer broke off.")
NOTE(204, FETCH_STATUS, "fetch", NOTE_WARNING, "A server answered with a status that is of no use.")
NOTE(205, FETCH_TOO_BIG, "fetch", NOTE_WARNING, "A server's answer is over the limit.")
NOTE(206, FETCH_RESTING, "fetch", NOTE_WARNING, "A server that failed three times in a row is left alone for a while.")

/* order */
NOTE(301, BAD_AMOUNT, "order", NOTE_ERROR, "An amount has more decimals than its currency, or is too large.")
NOTE(302, BAD_TIME, "order", NOTE_ERROR, "A date or time is none, or has no offset from UTC.")
NOTE(303, BAD_LENGTH, "order", NOTE_ERROR, "A carton's measure is no length, or longer than 5 m.")
NOTE(304, RETURNED_TOO_MANY, "order", NOTE_ERROR, "More items of a line came back than were sent.")
NOTE(305, BAD_BIRTHDAY, "order", NOTE_ERROR, "A birthday is not a day of the calendar.")
NOTE(306, ORDER_TWICE, "order", NOTE_INFO, "A history has an order twice; the later one counts.")
NOTE(307, REFUND_TOO_LARGE, "order", NOTE_WARNING, "More was refunded than was paid; it counts as wholly refunded.")
NOTE(308, CLOSED_BEFORE_OPENED, "order", NOTE_WARNING, "A complaint was closed before it was opened; it counts as open.")
NOTE(310, CSV_COLUMN_MISSING, "order", NOTE_ERROR, "A CSV file lacks a column that is needed, or the list of columns is wrong.")
NOTE(311, CSV_BAD_ROW, "order", NOTE_ERROR, "A row of a CSV file cannot be read.")
NOTE(312, CSV_BAD_VALUE, "order", NOTE_ERROR, "A value in a CSV file is not what its column holds.")
NOTE(313, HISTORY_UNNAMED, "order", NOTE_ERROR, "A file of histories has an element that is none.")

/* ledger */
NOTE(401, LEDGER_NOT_ONE, "ledger", NOTE_ERROR, "The file named as the ledger is not a ledger of tuck's.")
NOTE(402, LEDGER_TOO_NEW, "ledger", NOTE_ERROR, "The ledger was written by a later tuck.")
NOTE(403, LEDGER_BUSY, "ledger", NOTE_ERROR, "The ledger was not free in time; nothing was written.")
NOTE(404, LEDGER_DISK, "ledger", NOTE_ERROR, "The ledger's file cannot be made, read or written.")
NOTE(405, LEDGER_DAMAGED, "ledger", NOTE_ERROR, "The ledger's file is damaged.")
NOTE(406, LEDGER_TOO_BIG, "ledger", NOTE_ERROR, "A record is too big for the ledger.")
NOTE(407, LEDGER_READ_ONLY, "ledger", NOTE_ERROR, "A ledger opened for reading was to be written.")
NOTE(408, LEDGER_IS_NONE, "ledger", NOTE_ERROR, "The shop keeps no ledger.")
NOTE(409, LEDGER_NO_PIECE, "ledger", NOTE_ERROR, "The ledger has no such piece of a decision.")
NOTE(410, LEDGER_CODE_TAKEN, "ledger", NOTE_INFO, "Another decision has just taken the same code.")
NOTE(411, LEDGER_TWO_CURRENCIES, "ledger", NOTE_ERROR, "Rows of one order to import are in different currencies.")
NOTE(412, LEDGER_BUG, "ledger", NOTE_ERROR, "A statement of the ledger failed that never should.")

/* customer */
NOTE(501, OTHER_CURRENCY, "customer", NOTE_INFO, "Past orders in another currency are left out of sums of money.")

/* campaign */
NOTE(601, CAMPAIGN_DUPLICATE, "campaign", NOTE_ERROR, "Two things of a campaign have the same name.")
NOTE(602, CAMPAIGN_PLACEMENT, "campaign", NOTE_ERROR, "An offer names a placement that the campaign lacks.")
NOTE(603, CAMPAIGN_SEGMENT, "campaign", NOTE_ERROR, "A segment is named that the campaign lacks.")
NOTE(604, CAMPAIGN_CIRCLE, "campaign", NOTE_ERROR, "Segments are defined by one another in a circle.")
NOTE(605, CAMPAIGN_DATES, "campaign", NOTE_ERROR, "An offer ends before it begins.")
NOTE(606, CAMPAIGN_WEIGHTS, "campaign", NOTE_ERROR, "The weights of an offer's arms come to 0.")
NOTE(607, CAMPAIGN_COUPON, "campaign", NOTE_ERROR, "A coupon's amount, percentage or validity makes no sense.")
NOTE(608, CAMPAIGN_SHARE, "campaign", NOTE_ERROR, "A share is over 100 %.")
NOTE(610, CONDITION_SYNTAX, "campaign", NOTE_ERROR, "A condition is not well-formed.")
NOTE(611, CONDITION_FACT, "campaign", NOTE_ERROR, "A condition names a fact that does not exist.")
NOTE(612, CONDITION_FUNCTION, "campaign", NOTE_ERROR, "A condition calls a function that does not exist.")
NOTE(613, CONDITION_ARITY, "campaign", NOTE_ERROR, "A function has too few or too many arguments.")
NOTE(614, CONDITION_TYPES, "campaign", NOTE_ERROR, "A condition mixes unlike things, such as a word and a number.")
NOTE(615, CONDITION_VALUE, "campaign", NOTE_ERROR, "A word is compared with a value that it never has.")
NOTE(616, CONDITION_DOLLAR, "campaign", NOTE_ERROR, "A fact stands in a condition without its $.")
NOTE(617, CONDITION_PATH, "campaign", NOTE_ERROR, "A condition has a path into a document, or a text without quotes.")
NOTE(618, CONDITION_TOO_LONG, "campaign", NOTE_ERROR, "A condition is too long or nested too deeply.")
NOTE(619, CONDITION_NO_QUESTION, "campaign", NOTE_ERROR, "A number or text stands where a yes or no is needed.")
NOTE(620, CONDITION_ORDER, "campaign", NOTE_ERROR, "Words, texts or days are compared by < or >, which only numbers can be.")
NOTE(621, CONDITION_DAY, "campaign", NOTE_ERROR, "A text in a condition is not a day of the calendar.")
NOTE(630, CONDITION_FAILED, "campaign", NOTE_WARNING, "A condition failed when it was evaluated; its offer was dropped.")
NOTE(631, CAMPAIGN_NO_OFFER, "campaign", NOTE_ERROR, "An offer is asked for by a name that the campaign lacks.")
NOTE(640, OFFER_NEVER, "campaign", NOTE_WARNING, "An offer's conditions contradict one another: nobody can get it.")
NOTE(641, OFFER_SHADOWED, "campaign", NOTE_WARNING, "Other offers of the placement always come before this one.")
NOTE(642, OFFER_OVER, "campaign", NOTE_WARNING, "An offer's last day has passed.")
NOTE(643, COMPARISON_NEVER, "campaign", NOTE_WARNING, "A comparison can never hold.")
NOTE(644, ARM_NEVER, "campaign", NOTE_WARNING, "An arm has weight 0 and is never drawn.")
NOTE(645, OFFER_ALL_HELD_OUT, "campaign", NOTE_WARNING, "A holdout of 100 % leaves nobody to get an offer.")
NOTE(646, OFFER_NO_STOCK, "campaign", NOTE_WARNING, "A pre-printed offer has a stock of 0.")
NOTE(647, PLACEMENT_EMPTY, "campaign", NOTE_WARNING, "A placement has neither an offer nor a fallback.")
NOTE(648, SEGMENT_NEVER, "campaign", NOTE_WARNING, "A segment's condition contradicts itself: nobody is in it.")
NOTE(649, SEGMENT_UNUSED, "campaign", NOTE_INFO, "No offer and no segment uses this segment.")

/* page */

/* press */
NOTE(801, PRESS_NO_WORKER, "press", NOTE_ERROR, "The press's worker process cannot be started.")
NOTE(802, PRESS_UNCONFINED, "press", NOTE_WARNING, "The kernel lacks Landlock or system-call filters, so a worker is less confined than it should be.")
NOTE(803, PRESS_SLOW_START, "press", NOTE_WARNING, "The press was still warming up when it was opened.")
NOTE(804, PRESS_BAD_SETTINGS, "press", NOTE_ERROR, "The press's settings make no sense.")
NOTE(805, PRESS_BAD_JOB, "press", NOTE_ERROR, "A job for the press makes no sense.")
NOTE(806, PRESS_BUSY, "press", NOTE_ERROR, "No worker was free before the time ran out.")
NOTE(807, PRESS_LATE, "press", NOTE_ERROR, "A worker was not done in time and was replaced.")
NOTE(808, PRESS_DIED, "press", NOTE_ERROR, "A worker died during a job and was replaced.")
NOTE(809, PRESS_BAD_ANSWER, "press", NOTE_ERROR, "A worker's answer made no sense; it was replaced.")
NOTE(810, PRESS_BAD_SHEET, "press", NOTE_ERROR, "A worker handed over a sheet that is cut short, garbled or not what was asked for.")
NOTE(811, ART_BROKEN, "press", NOTE_ERROR, "A drawing (SVG) cannot be read or drawn.")
NOTE(812, IMAGE_BROKEN, "press", NOTE_ERROR, "A picture (PNG or JPEG) cannot be read.")
NOTE(813, DRAWING_FAILED, "press", NOTE_ERROR, "A page could not be drawn.")
NOTE(814, PRESS_NO_MEMORY, "press", NOTE_ERROR, "A worker's memory limit was reached.")

/* printer */
NOTE(901, DROP_FAILED, "printer", NOTE_ERROR, "A file could not be put into a folder.")

/* station */
NOTE(1001, SHOP_BAD_ZONE, "station", NOTE_ERROR, "The shop's time zone is not known to the system.")
NOTE(1002, TEMPLATE_MISSING, "station", NOTE_ERROR, "No template folder has the template that is named.")
NOTE(1003, FALLBACK_FAILED, "station", NOTE_WARNING, "A fallback sheet could not be rendered when the shop was opened.")
NOTE(1004, ORDER_OF_OTHER_MERCHANT, "station", NOTE_ERROR, "The order belongs to another merchant than the shop.")
NOTE(1005, HISTORY_UNAVAILABLE, "station", NOTE_WARNING, "A source of history could not be asked; what the ledger keeps was used.")
NOTE(1006, HISTORY_STALE, "station", NOTE_INFO, "A server's last answer was taken from the ledger.")
NOTE(1007, NOT_RECORDED, "station", NOTE_ERROR, "The decision could not be recorded, so nothing that needs a record is printed.")
NOTE(1008, SHEET_LATE, "station", NOTE_WARNING, "A sheet was not ready within the budget; the fallback is given.")
NOTE(1009, SHEET_FAILED, "station", NOTE_WARNING, "A sheet could not be rendered; the fallback is given.")
NOTE(1010, BAD_TICKET, "station", NOTE_ERROR, "A ticket is not one that tuck gave.")
NOTE(1011, BAD_DATE, "station", NOTE_ERROR, "A date is not a day of the calendar.")
NOTE(1012, UNKNOWN_OFFER, "station", NOTE_ERROR, "The campaign has no offer of that name.")
NOTE(1013, CANCELLED, "station", NOTE_INFO, "The host cancelled the call.")
NOTE(1014, HISTORY_FOR_ANOTHER, "station", NOTE_WARNING, "A source gave the history of another customer; it was not used.")
NOTE(1015, IMPORT_NOTHING, "station", NOTE_WARNING, "A file to import held nothing.")
NOTE(1016, CHECK_PIECE, "station", NOTE_ERROR, "A template could not be rendered for one of the worst customers.")
NOTE(1017, ORDER_VOIDED, "station", NOTE_INFO, "A changed order voided what was promised to the one before.")

/* abi */
NOTE(1101, BAD_ARGUMENT, "abi", NOTE_ERROR, "The host's call broke the interface's contract.")
NOTE(1102, STRUCT_TOO_NEW, "abi", NOTE_ERROR, "The host uses a part of a struct that this library does not know.")
