import { describe, expect, it } from '@jest/globals';
import { isCrossSite } from '../../src/auth/csrf.js';

const ALLOWED = ['https://app.example.com'];
const HOST = 'inbox.example.com';

type Case = [site: string | undefined, origin: string | undefined, crossSite: boolean];

describe('a write with the cookie', () => {
  it.each<Case>([
    // Sec-Fetch-Site decides
    ['same-origin', undefined, false],
    ['same-origin', 'https://inbox.example.com', false],
    ['same-origin', 'https://evil.example', false],
    ['none', undefined, false],
    ['same-site', 'https://app.example.com', false],
    ['same-site', 'https://other.example.com', true],
    ['same-site', 'https://inbox.example.com', true],
    ['same-site', undefined, true],
    ['same-site', 'null', true],
    ['cross-site', undefined, true],
    ['cross-site', 'https://evil.example', true],
    ['cross-site', 'https://app.example.com', false],
    ['cross-site', 'https://inbox.example.com', true],
    ['', undefined, true],
    ['Same-Origin', undefined, true],
    ['same-origin, cross-site', undefined, true],
    ['anything', 'https://inbox.example.com', true],
    // Without it, Origin does
    [undefined, undefined, false],
    [undefined, 'https://inbox.example.com', false],
    [undefined, 'http://inbox.example.com', false],
    [undefined, 'https://INBOX.example.com', false],
    [undefined, 'https://inbox.example.com:443', false],
    [undefined, 'https://inbox.example.com:8443', true],
    [undefined, 'https://app.example.com', false],
    [undefined, 'http://app.example.com', true],
    [undefined, 'https://app.example.com.evil.example', true],
    [undefined, 'https://inbox.example.com.evil.example', true],
    [undefined, 'https://inbox.example.com@evil.example', true],
    [undefined, 'https://evil.example/inbox.example.com', true],
    [undefined, 'ftp://inbox.example.com', true],
    [undefined, 'chrome-extension://inbox.example.com', true],
    [undefined, 'null', true],
    [undefined, '', true],
    [undefined, 'inbox.example.com', true],
  ])('from %s, %s', (site, origin, crossSite) => {
    const host = HOST;
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'post']) {
      expect({ method, crossSite: isCrossSite({ method, site, origin, host }, ALLOWED) }).toEqual({
        method,
        crossSite,
      });
    }
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      expect(isCrossSite({ method, site, origin, host }, ALLOWED)).toBe(false);
    }
  });

  it.each([
    ['127.0.0.1:3000', 'http://127.0.0.1:3000', false],
    ['127.0.0.1:3000', 'http://127.0.0.1:5173', true],
    ['localhost:3000', 'http://127.0.0.1:3000', true],
    ['inbox.example.com:443', 'https://inbox.example.com', false],
    ['inbox.example.com:80', 'http://inbox.example.com', false],
    ['[::1]:3000', 'http://[::1]:3000', false],
    ['', 'https://inbox.example.com', true],
    [undefined, 'https://inbox.example.com', true],
    ['not a host', 'https://inbox.example.com', true],
  ])('to the host %s from the origin %s', (host, origin, crossSite) => {
    expect(isCrossSite({ method: 'POST', site: undefined, origin, host }, [])).toBe(crossSite);
  });
});
