/** A server of the stand-in internet that costs as little as it can: a page, and a large file, over HTTP and over TLS. Prints `ready`. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const [address = '', certificate = '', key = ''] = process.argv.slice(2);
const page = Buffer.from(`<html>${'x'.repeat(8000)}</html>`);
const large = Buffer.alloc(Number(process.argv[5]));
const answer: http.RequestListener = (request, response) => {
  const body = request.url === '/large' ? large : page;
  response.writeHead(200, { 'content-length': body.length, connection: 'close' }).end(body);
};
const secure = { cert: readFileSync(certificate), key: readFileSync(key) };
http.createServer(answer).listen(8088, address, 4096, () => {
  https.createServer(secure, answer).listen(8444, address, 4096, () => process.stdout.write('ready\n'));
});
