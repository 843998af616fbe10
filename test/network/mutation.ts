/** A rule set with one of its lines taken out, for every line that decides something: a rule whose removal nobody notices is no rule. */
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
    /^\t(?:http-request (?:deny|do-resolve|set-dst|set-log-level)|tcp-request content (?:reject|do-resolve|set-dst|set-log-level)|http-error|use_backend)/,
  'dnsmasq.conf': /^(?:address=\/(?:#|use-application)|local=|host-record=)/,
};

export function mutations(set: RuleSet): Mutation[] {
  return (Object.keys(deciding) as Mutation['file'][]).flatMap((file) => {
    const lines = (set.files[file] ?? '').split('\n');
    return lines.flatMap((line, index) => {
      if (!deciding[file].test(line)) return [];
      const files = { ...set.files, [file]: lines.toSpliced(index, 1).join('\n') };
      return [{ file, line: line.trim(), set: { policy: `${set.policy}-${file}-${index}`, files } }];
    });
  });
}
