import { BlockList, isIP } from 'node:net';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseUrl } from '../../src/common/url.js';
import { checkAddress, checkUrl, parseNetworks } from '../../src/outbound/url-guard.js';
import { HOSTS } from './regressions.js';

/**
 * Who may be dialled, written down a second time and with another library: the networks of the IANA registries of
 * special-purpose addresses that are not globally reachable, and those that hide an IPv4 address.
 */
// Two lists: Node takes an IPv4 address for its mapped IPv6 one, which ::/3 holds.
const INSIDE_V4 = new BlockList();
const INSIDE_V6 = new BlockList();
for (const network of [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
]) {
  const [address, bits] = network.split('/') as [string, string];
  INSIDE_V4.addSubnet(address, Number(bits), 'ipv4');
}
for (const network of [
  // Everything outside of 2000::/3: loopback, mapped, NAT64, unique local, link-local, multicast.
  ...['::/3', '4000::/2', '8000::/1'],
  ...['2001::/32', '2001:2::/48', '2001:10::/28', '2001:20::/28', '2001:db8::/32', '2002::/16', '3fff::/20'],
]) {
  const [address, bits] = network.split('/') as [string, string];
  INSIDE_V6.addSubnet(address, Number(bits), 'ipv6');
}

/** Whether a host, as the URL parser leaves it, is an address on the inside. */
function isInside(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  const version = isIP(address);
  if (version === 4) return INSIDE_V4.check(address, 'ipv4');
  if (version !== 6) return false;
  const groups = groupsOf(address);
  const last = `${groups[6]! >> 8}.${groups[6]! & 255}.${groups[7]! >> 8}.${groups[7]! & 255}`;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const nat64 =
    groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  if (mapped || nat64) return INSIDE_V4.check(last, 'ipv4');
  return INSIDE_V6.check(address, 'ipv6');
}

/** The eight groups of an IPv6 address as the URL parser writes it. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const parse = (text: string) =>
    text
      .split(':')
      .filter(Boolean)
      .map((group) => parseInt(group, 16));
  const [front, back] = [parse(head), parse(tail ?? '')];
  return tail === undefined
    ? front
    : [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
}

const NONE = parseNetworks([]);

const octet = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0, 1, 10, 100, 127, 168, 169, 172, 192, 254),
);
const number = fc.tuple(octet, octet, octet, octet);

/** One number of an IPv4 address, in a notation of inet_aton's. */
const spelled = (value: number) =>
  fc.constantFrom(
    `${value}`,
    `0x${value.toString(16)}`,
    `0X${value.toString(16).toUpperCase()}`,
    `0${value.toString(8)}`,
    `0x0000${value.toString(16)}`,
    `000${value.toString(8)}`,
  );

const wide = (text: string) =>
  [...text]
    .map((one) => (/[0-9a-z]/i.test(one) ? String.fromCodePoint(one.codePointAt(0)! + 0xfee0) : one))
    .join('');
const encoded = (text: string) =>
  [...text].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

const v4 = number.chain(([a, b, c, d]) =>
  fc
    .oneof(
      fc.tuple(spelled(a), spelled(b), spelled(c), spelled(d)).map((parts) => parts.join('.')),
      fc.tuple(spelled(a), spelled(b), spelled(c * 256 + d)).map((parts) => parts.join('.')),
      fc.tuple(spelled(a), spelled(b * 65_536 + c * 256 + d)).map((parts) => parts.join('.')),
      spelled(((a * 256 + b) * 256 + c) * 256 + d),
    )
    .chain((host) =>
      fc.constantFrom(host, `${host}.`, wide(host), encoded(host), host.replaceAll('.', '\u3002')),
    ),
);

const hex = (value: number) => value.toString(16);
const group = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.constantFrom(0, 0, 0, 1, 0xffff, 0x5efe, 0x7f00),
);
const prefix = fc.constantFrom(
  ...[
    '',
    '2001:',
    '2002:',
    '64:ff9b:',
    '64:ff9b:1:',
    'fe80:',
    'fc00:',
    'fd00:',
    'ff02:',
    '2606:4700:',
    '::ffff:',
  ],
);
const v6 = fc
  .oneof(
    fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.map(hex).join(':')),
    fc
      .tuple(prefix, fc.array(group, { minLength: 1, maxLength: 4 }))
      .map(([head, groups]) => `${head || ':'}:${groups.map(hex).join(':')}`.replace(':::', '::')),
    fc
      .tuple(fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:', 'fe80::5efe:'), number)
      .map(([head, parts]) => head + parts.join('.')),
    fc
      .tuple(fc.constantFrom('2002:', '2001:0:'), number)
      .map(([head, [a, b, c, d]]) => `${head}${hex(a * 256 + b)}:${hex(c * 256 + d)}::1`),
  )
  .map((address) => `[${address}]`);

const path = fc.constantFrom('', '/', '/hook', ':80/', ':8080/x?y#z', '/@evil.example', '?@example.com');

function expectGuarded(host: string, rest = '/'): void {
  for (const scheme of ['http', 'https', 'HTTP']) {
    const text = `${scheme}://${host}${rest}`;
    const verdict = checkUrl(text, NONE);
    if (verdict.allowed && isInside(verdict.url.hostname)) throw new Error(`${text} was let through`);
    // What the guard read is what anybody else reads.
    if (verdict.allowed) expect(verdict.url.href).toBe(new URL(text).href);
  }
}

it('sees through every spelling that was thought of', () => {
  for (const host of HOSTS) expect([host, checkUrl(`http://${host}/`, NONE).allowed]).toEqual([host, false]);
});

it('lets no spelling of an inside IPv4 address through', () => {
  fc.assert(fc.property(v4, path, expectGuarded), { numRuns: 2_000 });
});

it('lets no spelling of an inside IPv6 address through', () => {
  fc.assert(fc.property(v6, path, expectGuarded), { numRuns: 2_000 });
});

it('lets no text through that the URL parser reads as an inside address', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '127',
      '0',
      '1',
      '10',
      '169.254',
      '[::1]',
      'localhost',
      '.',
      '@',
      ':',
      '/',
      '\\',
      '#',
      '?',
      '%2e',
      '%00',
      ' ',
      '\t',
    ),
    fc.string({ maxLength: 3 }),
  );
  const text = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (host) => expectGuarded(host)),
    { numRuns: 2_000 },
  );
});

it('agrees with the second list about every plain IPv4 address', () => {
  fc.assert(
    fc.property(number, (parts) => {
      const address = parts.join('.');
      expect([address, checkAddress(address, NONE) === undefined]).toEqual([address, !isInside(address)]);
    }),
    { numRuns: 2_000 },
  );
});

it('lets no IPv6 address be dialled that the second list calls inside', () => {
  fc.assert(
    fc.property(v6, (bracketed) => {
      const text = `http://${bracketed}/`;
      const url = parseUrl(text);
      fc.pre(url !== undefined);
      const { hostname } = url as URL;
      if (isInside(hostname)) expect(checkAddress(hostname.slice(1, -1), NONE)).toEqual(expect.any(String));
    }),
    { numRuns: 2_000 },
  );
});
