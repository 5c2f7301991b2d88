#!/usr/bin/env node
/* Checks tuck's signed coupon codes with the key file alone, as tuck-code(5) specifies.
 *
 *   check-code.js --keys shop.keys [--offers offers.csv] [--today 2026-11-22] CODE…
 *   check-code.js --vectors vectors.tsv --keys vectors-keys.xml
 *
 * Prints a line for each code: the code, the verdict, and of a genuine one its brand,
 * offer, value and last day. Ends with 0 when all are good, 1 when one is not, 2 when it
 * was called wrongly. Needs Node.js 12 and nothing else. Free to copy into a till.
 */
'use strict';
const crypto = require('crypto');
const fs = require('fs');

const ALPHABET = '23456789CDFHJKMNPRTVWXY';
const READ_AS = { B: '8', G: '6', S: '5', Z: '2' };
const PREFIX_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const GAPS = '-\t\n\v\f\r \u00a0\u00ad\u2007\u2009\u2010\u2011\u2012\u2013\u2014\u2015' +
    '\u202f\u2060\u2212';
const MS_PER_DAY = 86400000;

/* Days since 1970-01-01, and back. */
function dayNumber(text) {
    const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text + 'T00:00:00Z') : NaN;
    if (Number.isNaN(ms))
        throw new Error(`"${text}" is no day; expected one like 2026-11-22`);
    return ms / MS_PER_DAY;
}

function dayText(number) {
    return new Date(number * MS_PER_DAY).toISOString().slice(0, 10);
}

/* The merchant and the code keys, oldest first. This reads the files that tuck writes;
 * where an XML reader is at hand, use that. */
function readKeys(path, needsSecrecy) {
    if (needsSecrecy && fs.statSync(path).mode & 0o077)
        throw new Error(`${path}: may be read by others; expected mode 600`);
    const text = fs.readFileSync(path, 'utf8').replace(/<!--[^]*?-->/g, '');
    const attributes = (tag) => {
        const found = {};
        for (const [, name, value] of tag.matchAll(/([\w:-]+)\s*=\s*["']([^"']*)["']/g))
            found[name] = value;
        return found;
    };
    const root = text.match(/<keys\s[^>]*>/);
    const merchant = root && attributes(root[0]).merchant;
    if (!merchant || attributes(root[0]).xmlns !== 'urn:tuck:keys:1')
        throw new Error(`${path}: not a key file`);
    const keys = [...text.matchAll(/<code\s[^>]*>/g)].map(([tag]) => {
        const code = attributes(tag);
        const secret = Buffer.from(code.secret, 'base64');
        if (secret.length !== 32)
            throw new Error(`${path}: a secret is not of 32 bytes`);
        return { name: code.id, since: dayNumber(code.from), retired: code.retired, secret };
    });
    return { merchant, keys };
}

/* The first bits of the MAC over the label, merchant, prefix and a number. */
function mac(secret, label, merchant, prefix, number, bits) {
    const last = Buffer.alloc(8);
    last.writeBigUInt64BE(number);
    const digest = crypto.createHmac('sha256', secret)
        .update(`${label}\0${merchant}\0${prefix}\0`, 'utf8').update(last).digest();
    return digest.readBigUInt64BE(0) >> BigInt(64 - bits);
}

/* The 42 bits of fields, or null when the key did not sign them. */
function fieldsSignedWith(key, merchant, prefix, number) {
    const tag = number >> 42n;
    const masked = number & ((1n << 42n) - 1n);
    const fields = masked ^ mac(key.secret, 'tuck mask 1', merchant, prefix, tag, 42);
    const isTag = mac(key.secret, 'tuck code 1', merchant, prefix, fields, 25) === tag;
    return isTag && fields >> 33n ? fields : null;
}

/* The day that is `days` modulo 2048 and from 512 before the key was made. */
function lastDay(days, key) {
    const first = key.since - 512;
    return first + ((days - first) % 2048 + 2048) % 2048;
}

/* Fills in the reading; returns the sixteen symbols as numbers, or null. */
function takeApart(text, reading) {
    const typed = [];
    [...text].forEach((letter, i) => {
        const upper = letter >= 'a' && letter <= 'z' ? letter.toUpperCase() : letter;
        if (!GAPS.includes(letter))
            typed.push({ letter: upper, at: i + 1 });
    });
    if (typed.length < 16 || typed.length > 22)
        return null;
    const body = typed.length - 16;
    let letters = '';
    for (let i = 0; i < typed.length; i++) {
        const letter = i < body ? typed[i].letter : READ_AS[typed[i].letter] || typed[i].letter;
        if (!(i < body ? PREFIX_LETTERS : ALPHABET).includes(letter)) {
            reading.wrongAt = typed[i].at;
            return null;
        }
        letters += letter;
    }
    reading.prefix = letters.slice(0, body);
    const groups = letters.slice(body).match(/.{4}/g);
    reading.canonical = (body ? [reading.prefix] : []).concat(groups).join('-');
    return [...letters.slice(body)].map((letter) => ALPHABET.indexOf(letter));
}

/* The verdict, and what the code says as far as it could be read. */
function readCode(text, merchant, keys) {
    const reading = { verdict: 'not-one', wrongAt: 0, canonical: '', prefix: '', key: '' };
    const symbols = takeApart(text, reading);
    if (!symbols)
        return reading;
    if (symbols.reduce((sum, symbol, i) => sum + (i + 1) * symbol, 0) % 23 !== 0) {
        reading.verdict = 'mistyped';
        return reading;
    }
    reading.verdict = 'forged';
    const number = symbols.slice(0, 15).reduce((n, s) => n * 23n + BigInt(s), 0n);
    if (number >> 67n)
        return reading;
    for (const key of [...keys].reverse()) {
        const fields = key.retired ? null
            : fieldsSignedWith(key, merchant, reading.prefix, number);
        if (fields === null)
            continue;
        return Object.assign(reading, {
            verdict: 'genuine',
            key: key.name,
            offer: Number(fields >> 33n),
            station: Number((fields >> 15n) & 127n),
            serial: Number(fields & 32767n),
            expires: lastDay(Number((fields >> 22n) & 2047n), key),
        });
    }
    return reading;
}

/* Rows of a CSV or TSV file by the names in its first line; no quotes. */
function readTable(path, separator) {
    const lines = fs.readFileSync(path, 'utf8').split(/\r?\n/);
    const names = lines.shift().split(separator);
    return lines.filter((line) => line !== '').map((line) => {
        const values = line.split(separator);
        return Object.fromEntries(names.map((name, i) => [name, values[i] || '']));
    });
}

/* The line for a till, and whether the coupon may be taken as far as the code tells. */
function tell(text, reading, offers, today) {
    if (reading.verdict === 'not-one' && reading.wrongAt)
        return [`${text}\tnot-one\tno code has its letter ${reading.wrongAt}`, false];
    if (reading.verdict !== 'genuine')
        return [`${reading.canonical || text}\t${reading.verdict}`, false];
    const offer = (offers || []).find((row) =>
        row.prefix === reading.prefix && Number(row.number) === reading.offer);
    const verdict = reading.expires < today ? 'expired'
        : offers && !offer ? 'unknown-offer' : 'genuine';
    const said = [reading.canonical, verdict, offer ? offer.brand : reading.prefix,
        offer ? offer.offer : `offer ${reading.offer}`, offer ? offer.value : '',
        `until ${dayText(reading.expires)}`];
    return [said.join('\t'), verdict === 'genuine'];
}

function checkVectors(path, merchant, keys) {
    const rows = readTable(path, '\t');
    let bad = 0;
    for (const row of rows) {
        const reading = readCode(row.text, merchant, keys);
        const isGenuine = reading.verdict === 'genuine';
        const found = {
            verdict: reading.verdict,
            wrong_at: String(reading.wrongAt),
            canonical: reading.canonical,
            prefix: reading.prefix,
            key: reading.key,
            offer: isGenuine ? String(reading.offer) : '',
            station: isGenuine ? String(reading.station) : '',
            serial: isGenuine ? String(reading.serial) : '',
            expires: isGenuine ? dayText(reading.expires) : '',
        };
        for (const [name, value] of Object.entries(found))
            if (value !== row[name]) {
                console.log(`${row.text}: ${name} is "${value}", expected "${row[name]}"`);
                bad++;
            }
    }
    console.log(`${rows.length} vectors, ${bad} differences`);
    return bad === 0 && rows.length > 0;
}

function main(args) {
    const options = {};
    const codes = [];
    while (args.length > 0) {
        const arg = args.shift();
        const name = arg.match(/^--(keys|offers|today|vectors)$/);
        if (name)
            options[name[1]] = args.shift();
        else
            codes.push(arg);
    }
    if (!options.keys || Boolean(options.vectors) === codes.length > 0)
        throw new Error('usage: check-code.js --keys FILE [--offers FILE] [--today DAY] ' +
            '(--vectors FILE | CODE…)');
    const { merchant, keys } = readKeys(options.keys, !options.vectors);
    if (options.vectors)
        return checkVectors(options.vectors, merchant, keys) ? 0 : 1;
    const offers = options.offers ? readTable(options.offers, ',') : null;
    const now = new Date();
    const today = options.today ? dayNumber(options.today)
        : Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / MS_PER_DAY;
    let areGood = true;
    for (const text of codes) {
        const [line, isGood] = tell(text, readCode(text, merchant, keys), offers, today);
        console.log(line);
        areGood = areGood && isGood;
    }
    return areGood ? 0 : 1;
}

if (require.main === module) {
    try {
        process.exitCode = main(process.argv.slice(2));
    } catch (error) {
        console.error(`check-code: ${error.message}`);
        process.exitCode = 2;
    }
}
module.exports = { readKeys, readCode };
