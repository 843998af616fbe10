/** The root store of a Windows machine. */
import { createHash } from 'node:crypto';
import type { RootCertificate } from '../../core/certificate.ts';
import { expect, it, refused } from './subject.ts';
import type { Get } from './subject.ts';

const organisation = 'examsite "contract", 考点';
const one =
  'MIIBvzCCAWWgAwIBAgIUF4c8COPFDBO7FoRjf9ztqQmRxIswCgYIKoZIzj0EAwIwNDEkMCIGA1UECgwbZXhhbXNpdGUgImNvbnRyYWN0Iiwg6ICD54K5MQwwCgYDVQQDDANvbmUwIBcNMjYxMTI3MTQyNDU0WhgPMjEyNjExMDMxNDI0NTRaMDQxJDAiBgNVBAoMG2V4YW1zaXRlICJjb250cmFjdCIsIOiAg+eCuTEMMAoGA1UEAwwDb25lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf0UBzRlZLkPdqXSvKAiNw25mdda9Yg4MK+p5Irkz88kwOkpH+oQE5XdKIeYwuyi2LSQoEDfokO8MJJtFGEub8KNTMFEwHQYDVR0OBBYEFN680SpLIU9BgeW1Ko2eQaRwFEBTMB8GA1UdIwQYMBaAFN680SpLIU9BgeW1Ko2eQaRwFEBTMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAOM9LcZKoVQS8sR31lgjomBANb9uRGA8/1uP5sim+xXgAiB76tFHq8wFZTUiCYcjpq445bPcHOWWa8DDjkH2ifEGSA==';
const two =
  'MIIBvjCCAWWgAwIBAgIUUZJSxj7Yw874MKAdoCQLocg6LYswCgYIKoZIzj0EAwIwNDEkMCIGA1UECgwbZXhhbXNpdGUgImNvbnRyYWN0Iiwg6ICD54K5MQwwCgYDVQQDDAN0d28wIBcNMjYxMTI3MTQyNDU0WhgPMjEyNjExMDMxNDI0NTRaMDQxJDAiBgNVBAoMG2V4YW1zaXRlICJjb250cmFjdCIsIOiAg+eCuTEMMAoGA1UEAwwDdHdvMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYTnLsV+YjVaO1gECwAdJ33mis+f4kyfbQbU98/kXcPUAXtqzxkxfCUl/YZH0ufb5Wvic1xPcnc/ZOxUAXmgl4KNTMFEwHQYDVR0OBBYEFAaNt0BZ/7LcX5MWhe5wKAYNwW7qMB8GA1UdIwQYMBaAFAaNt0BZ/7LcX5MWhe5wKAYNwW7qMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgPpQ5WMKVn7LX2Tqv/0S3Hoa1Zuq0nfgiP4AKC8gVy1sCIEdn62/MOMDoIo6ucPJifim4PxAbiA45VwYMckDSZBrR';
/** Its organisation begins with the same words. */
const another =
  'MIIBrjCCAVWgAwIBAgIUA6wsCuNTbFBMtJrqA+oa/WPwJ5kwCgYIKoZIzj0EAwIwLDEcMBoGA1UECgwTZXhhbXNpdGUgImNvbnRyYWN0IjEMMAoGA1UEAwwDb25lMCAXDTI2MTEyNzE0MjQ1NFoYDzIxMjYxMTAzMTQyNDU0WjAsMRwwGgYDVQQKDBNleGFtc2l0ZSAiY29udHJhY3QiMQwwCgYDVQQDDANvbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARwsOWVJwjTcAGZepVvFkbANx0KRl9ChwlWDPEciYrW+XQp3yohTrDwhv0CMrRxxu2e/Pon2ZM9OuukvB2XegGUo1MwUTAdBgNVHQ4EFgQUa00bQIppGoBzWctmJWBTyvpW5XEwHwYDVR0jBBgwFoAUa00bQIppGoBzWctmJWBTyvpW5XEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAdmXDv7tMgzlyc3LcuXvxeYwzY7Lj8nJERILm83JPnkgIgNfDJLjQzWSDgFeHiq84GFokbtaqfGNFFTLuy4fVjXHY=';

const sha256 = (der: string): string => createHash('sha256').update(Buffer.from(der, 'base64')).digest('hex');
const asListed = (...all: readonly string[]): RootCertificate[] =>
  all.map((der) => ({ sha256: sha256(der), der })).sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));

export function certificates(get: Get): void {
  const listed = async (of = organisation): Promise<readonly RootCertificate[]> =>
    (await get().host.call('certificate.read', { organisation: of })).certificates;
  const add = (der: string): Promise<unknown> => get().host.call('certificate.add', { der });
  const remove = (der: string): Promise<unknown> => get().host.call('certificate.delete', { sha256: sha256(der) });

  it('keeps what was added, lists it by its organisation to the letter, and forgets it', async () => {
    expect(await listed()).toEqual([]);
    for (const der of [one, two, another, one]) await add(der);
    expect(await listed()).toEqual(asListed(one, two));
    expect(await listed('examsite "contract"')).toEqual(asListed(another));
    expect(await listed('EXAMSITE "CONTRACT"')).toEqual([]);
    for (const der of [one, one]) await remove(der);
    expect(await listed()).toEqual(asListed(two));
    await Promise.all([remove(two), remove(another)]);
    expect([...(await listed()), ...(await listed('examsite "contract"'))]).toEqual([]);
  });

  it('leaves what it was not told to take', async () => {
    const microsoft = await listed('Microsoft Corporation');
    await remove(one);
    await add(one);
    await remove(one);
    expect(await listed('Microsoft Corporation')).toEqual(microsoft);
  });

  it.each([
    ['something else', Buffer.from('not a certificate').toString('base64')],
    ['a certificate and more', Buffer.concat([Buffer.from(one, 'base64'), Buffer.from('x')]).toString('base64')],
    ['nothing', ''],
    ['no base64', '*'],
  ])('refuses %s for a certificate', async (_, der) => {
    await refused(add(der), 'bad-request');
  });

  it('says what time it is there', async () => {
    const { now } = await get().host.call('certificate.read', { organisation });
    expect(now).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
}
