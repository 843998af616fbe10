/** A rule set with one of its lines taken out, for every line that decides something: a rule whose removal nobody notices is no rule. */
import { createHash } from 'node:crypto';
import type { RuleSet } from '../../modules/whitelist-router/linux/render.ts';

export interface Mutation {
  readonly file: 'exam.nft' | 'haproxy.cfg' | 'dnsmasq.conf';
  /** As it is written, without what is around it. */
  readonly line: string;
  readonly set: RuleSet;
}

/**
 * Lines that decide; the others (`mode tcp`, timeouts, sets) are what the deciding ones stand in. Of names that must not exist one stands for all.
 */
const deciding: Readonly<Record<Mutation['file'], RegExp>> = {
  'exam.nft': /^(?:\t\t(?!type |size |flags |counter|timeout |#)\S|add rule )/,
  'haproxy.cfg':
    /^\t(?:http-request (?:deny|do-resolve|set-dst|set-log-level)|tcp-request content (?:reject|accept if hello opened|do-resolve|set-dst|set-log-level)|http-error|use_backend|acl opened)/,
  'dnsmasq.conf': /^(?:address=\/(?:#|use-application)|local=|host-record=)/,
};

/** Words within a line that decide: what it becomes without them. */
const weaker: readonly (readonly [from: RegExp, to: string])[] = [
  [/ strict-sni/g, ''],
  [/(server any 0\.0\.0\.0 ssl) verify required/g, '$1 verify none'],
  [/(no-check-ssl ssl) verify required/g, '$1 verify none'],
  [/(server any 0\.0\.0\.0 ssl .*) sni var\(txn\.host\)/g, '$1'],
  [/(no-check-ssl ssl .*) sni var\(txn\.host\)/g, '$1'],
  [/ no-check-ssl/g, ''],
  [/ alpn h2,http\/1\.1/g, ''],
];

export function mutations(set: RuleSet): Mutation[] {
  const without = (Object.keys(deciding) as Mutation['file'][]).flatMap((file) => {
    const lines = (set.files[file] ?? '').split('\n');
    return lines.flatMap((line, index) => {
      if (!deciding[file].test(line)) return [];
      return [changed(set, file, line.trim(), lines.toSpliced(index, 1).join('\n'))];
    });
  });
  const text = set.files['haproxy.cfg'] ?? '';
  return [
    ...without,
    ...weaker.map(([from, to]) => changed(set, 'haproxy.cfg', `${from.source} → ${to}`, text.replace(from, to))),
  ];
}

function changed(set: RuleSet, file: Mutation['file'], line: string, text: string): Mutation {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return { file, line, set: { ...set, policy: `${set.policy}-${hash}`, files: { ...set.files, [file]: text } } };
}
