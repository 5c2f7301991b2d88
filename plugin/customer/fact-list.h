/* The table of facts: FACT(symbol, name, type, unit, values, meaning).
 *
 * Everything a campaign or template may know of a customer stands here once. "Past
 * orders" are those placed before the order on the bench that were not cancelled; "with
 * this one" counts the order on the bench too. */

/* recency, frequency, monetary */
FACT(ORDERS, "orders", NUMBER, "orders", NULL, "Past orders.")
FACT(ORDER_NUMBER, "order-number", NUMBER, "", NULL, "Which order of this customer this is: past orders plus one.")
FACT(DAYS_SINCE_LAST, "days-since-last", NUMBER, "days", NULL, "Days between the last past order and this one; unknown when there is none.")
FACT(SPEND, "spend", MONEY, "minor units", NULL, "What past orders came to, less refunds, in this order's currency.")
FACT(AVERAGE_ORDER, "average-order", MONEY, "minor units", NULL, "Spend divided by the past orders in this order's currency; unknown without any.")
FACT(ORDER_TOTAL, "order-total", MONEY, "minor units", NULL, "What the goods on the bench come to.")
FACT(ORDER_ITEMS, "order-items", NUMBER, "items", NULL, "Items in the carton: the sum of the lines' quantities.")
FACT(TYPICAL_GAP, "typical-gap", NUMBER, "days", NULL, "Median days between orders, this one left out; unknown with fewer than two past orders.")
FACT(DAYS_OVERDUE, "days-overdue", NUMBER, "days", NULL, "Days since the last order less the typical gap; negative when early, unknown when either is.")
FACT(RFM_R, "rfm-r", NUMBER, "1-5", NULL, "Recency score by fixed cuts: 5 up to 30 days, 4 up to 90, 3 up to 180, 2 up to 365, else 1; 1 without past orders.")
FACT(RFM_F, "rfm-f", NUMBER, "1-5", NULL, "Frequency score by fixed cuts of past orders: 5 from 10, 4 from 6, 3 from 3, 2 from 2, else 1.")
FACT(RFM_M, "rfm-m", NUMBER, "1-5", NULL, "Monetary score by fixed cuts of spend in hundreds of whole units: 5 from 500, 4 from 250, 3 from 100, 2 from 50, else 1.")
FACT(RFM_SEGMENT, "rfm-segment", WORD, "", "new champion loyal potential promising needs-attention at-risk cannot-lose hibernating", "The common named segment of the RFM scores; new without past orders.")
FACT(STAGE, "stage", WORD, "", "first-order second-order active loyal lapsing lapsed won-back", "Stage of the journey as of this order, before it was placed: lapsing and lapsed customers have just come back with this order; won-back had lapsed before their last order.")
FACT(MILESTONE, "milestone", NUMBER, "orders", NULL, "The order number when it is one to celebrate (5, 10, 25, 50, 100 and hundreds after), else 0.")
FACT(TENURE_DAYS, "tenure-days", NUMBER, "days", NULL, "Days since the first past order; 0 without any.")
FACT(STREAK_MONTHS, "streak-months", NUMBER, "months", NULL, "Calendar months in a row with an order, this month's order included.")
FACT(RETURNS_SHARE, "returns-share", NUMBER, "percent", NULL, "Items returned of items bought in past orders, 0 to 100; 0 without any.")
FACT(LAST_RETURNED, "last-returned", TRUTH, "", NULL, "Something of the last past order came back.")

/* satisfaction */
FACT(NPS_CLASS, "nps-class", WORD, "", "promoter passive detractor unknown", "Class of the latest NPS answer: promoter 9-10, passive 7-8, detractor 0-6.")
FACT(NPS_SCORE, "nps-score", NUMBER, "0-10", NULL, "The latest NPS answer; unknown when never asked.")
FACT(NPS_AGE_DAYS, "nps-age-days", NUMBER, "days", NULL, "Days since the latest NPS answer; unknown when never asked.")
FACT(EFFORT_CLASS, "effort-class", WORD, "", "low medium high unknown", "Class of the latest customer effort answer: low 1-2, medium 3-4, high 5-7.")
FACT(EFFORT_AGE_DAYS, "effort-age-days", NUMBER, "days", NULL, "Days since the latest effort answer; unknown when never asked.")
FACT(OPEN_COMPLAINT, "open-complaint", TRUTH, "", NULL, "A complaint was opened before this order and not closed before it.")
FACT(COMPLAINT_ABOUT, "complaint-about", TEXT, "", NULL, "What the latest open complaint is about, else the latest closed one.")
FACT(COMPLAINTS, "complaints", NUMBER, "complaints", NULL, "Complaints opened before this order.")
FACT(DAYS_SINCE_COMPLAINT, "days-since-complaint", NUMBER, "days", NULL, "Days since the latest complaint was closed, or opened when it is open; unknown without any.")

/* loyalty */
FACT(TIER, "tier", TEXT, "", NULL, "Name of the tier, as the shop's loyalty service says it; empty when unknown.")
FACT(NEXT_TIER, "next-tier", TEXT, "", NULL, "Name of the tier above; empty when unknown or at the top.")
FACT(POINTS, "points", NUMBER, "points", NULL, "Points held; unknown when not a member.")
FACT(POINTS_TO_NEXT, "points-to-next", NUMBER, "points", NULL, "Points missing to the next tier; unknown when not a member or at the top.")
FACT(IS_MEMBER, "is-member", TRUTH, "", NULL, "A tier or points are known.")

/* tastes */
FACT(FAVOURITE_CATEGORY, "favourite-category", TEXT, "", NULL, "Category with most items in past orders, the more recent first when equal; empty without any.")
FACT(FAVOURITE_SKU, "favourite-sku", TEXT, "", NULL, "SKU with most items kept in past orders; empty without any.")
FACT(FAVOURITE_NAME, "favourite-name", TEXT, "", NULL, "Name of the favourite SKU; empty when unknown.")
FACT(CATEGORIES, "categories", NUMBER, "categories", NULL, "Different categories in past orders.")
FACT(NEW_CATEGORY, "new-category", TRUTH, "", NULL, "This order has a category that past orders, of which there is at least one, have not.")
FACT(SOUGHT, "sought", TEXT, "", NULL, "What was latest looked for and not found in a conversation, within a year; empty when nothing.")
FACT(OCCASION, "occasion", TEXT, "", NULL, "The latest occasion named in a conversation, within 180 days; empty when none.")

/* the person */
FACT(IS_KNOWN, "is-known", TRUTH, "", NULL, "The order names a customer.")
FACT(LANGUAGE, "language", TEXT, "BCP 47", NULL, "The reader's language; the merchant's when the customer has none.")
FACT(COUNTRY, "country", TEXT, "ISO 3166-1", NULL, "Country of the destination, else of the customer's address; empty when unknown.")
FACT(REGION, "region", TEXT, "", NULL, "Region of the destination, else of the customer's address; empty when unknown.")
FACT(CHANNEL, "channel", WORD, "", "email sms post app none unknown", "Preferred channel of the customer.")
FACT(BIRTHDAY_DISTANCE, "birthday-distance", NUMBER, "days", NULL, "Days to the nearest birthday, negative when it is past: -182 to 183; unknown without a birthday. 29 February falls on 1 March in common years.")
FACT(AGE, "age", NUMBER, "years", NULL, "Age today; unknown without a year of birth.")
FACT(ANNIVERSARY, "anniversary", NUMBER, "years", NULL, "Whole years since the first past order when this order falls within 7 days of that day of the year, else 0.")
FACT(CONSENT_MARKETING, "consent-marketing", TRUTH, "", NULL, "Consent to marketing was given.")
FACT(CONSENT_PERSONALISATION, "consent-personalisation", TRUTH, "", NULL, "Consent to personalisation was given.")
FACT(CONSENT_SURVEY, "consent-survey", TRUTH, "", NULL, "Consent to surveys was given.")

/* the moment */
FACT(TODAY, "today", DAY, "", NULL, "Day of the order in the merchant's time zone.")
FACT(WEEKDAY, "weekday", WORD, "", "monday tuesday wednesday thursday friday saturday sunday", "Weekday of the order.")
FACT(IS_WEEKEND, "is-weekend", TRUTH, "", NULL, "The order was placed on a Saturday or Sunday.")
FACT(MONTH, "month", NUMBER, "1-12", NULL, "Month of the order.")
FACT(HOUR, "hour", NUMBER, "0-23", NULL, "Hour of the order in the merchant's time zone.")
FACT(SEASON, "season", WORD, "", "spring summer autumn winter", "Meteorological season of the order's day, of the southern half for countries that lie there.")
FACT(WEATHER, "weather", WORD, "", "sun cloud rain snow wind heat frost unknown", "Weather at the destination as the host says it.")
FACT(SALES_CHANNEL, "sales-channel", WORD, "", "web app store marketplace phone unknown", "Where the order came from.")
FACT(STORE, "store", TEXT, "", NULL, "Store named by the host; empty when none.")
FACT(IS_GIFT, "is-gift", TRUTH, "", NULL, "The order is a gift: no prices, no history on paper.")
