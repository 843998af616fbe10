/** The whitelist as a person types it into a router that has only a web page: the rules in their order, and the steps around them. Pure. */
import type { Lang, Text } from '../core/finding.ts';
import { addressRule, siteRule, type Rules } from './rules.ts';

/** One line of the router's list, first match wins. */
export interface HandRule {
  readonly action: 'allow' | 'deny';
  readonly what: 'http' | 'https' | 'tcp' | 'any';
  /** `*.cdn.example.cn`, `203.0.113.64/28`, `*`. */
  readonly target: string;
  readonly port: string;
  /** Below which everything is allowed; empty where it does not count. */
  readonly path: string;
}

/** Everything on the list, then the rest of the world. */
export function handRules({ http, https, inspect, addresses }: Rules): HandRule[] {
  const sites = (what: 'http' | 'https', rules: readonly string[]): HandRule[] =>
    rules.map(siteRule).map(({ host, subdomains, port, path }) => ({
      ...{ action: 'allow', what, target: `${subdomains ? '*.' : ''}${host}`, port: String(port) },
      path: what === 'http' && path !== '/' ? path : '',
    }));
  const direct = addresses.map(addressRule).map(({ block, port }): HandRule => ({
    action: 'allow',
    what: 'tcp',
    target: block,
    port: String(port ?? '*'),
    path: '',
  }));
  const rest: HandRule = { action: 'deny', what: 'any', target: '*', port: '*', path: '' };
  return [...sites('http', http), ...sites('https', [...https, ...inspect].toSorted()), ...direct, rest];
}

const steps: readonly Text[] = [
  {
    zh: '备份路由器配置；考试期间只允许主控机访问其管理页面，修改默认密码',
    en: "save the router's configuration; let only the controller reach its web page, and change the default password",
  },
  {
    zh: '只给考场网段建一个规则组，关闭其他“放行”规则、UPnP、端口映射、访客网络和 IPv6',
    en: 'make one group of rules for the exam network; switch off every other rule that allows, UPnP, port forwarding, guest networks and IPv6',
  },
  {
    zh: '按下表顺序录入（网址过滤、域名白名单或访问控制）；最后一条拒绝必须在最下面，并对所有协议生效',
    en: 'type the rules below in this order (URL filter, list of allowed names, or access control); the last one denies, stays last, and is for every protocol',
  },
  {
    zh: '让考生机只能用路由器自己的 DNS：拒绝到其他地址的 53、853 端口；拒绝 UDP 443（QUIC）、ICMP 和 VPN',
    en: "leave the PCs no DNS but the router's own: deny ports 53 and 853 to any other address; deny UDP 443 (QUIC), ICMP and VPN",
  },
  {
    zh: '保存，重启路由器，确认规则仍在',
    en: 'save, restart the router, and see that the rules are still there',
  },
  {
    zh: '在主控机上运行 examsite leaktest --room 考场号：由每台考生机逐项证明；同一服务器上的其他网站能打开，说明该路由器只按地址过滤',
    en: 'run examsite leaktest --room ROOM: every PC proves each point. If another site on a listed server answers, this router filters by address only',
  },
];

const words: Readonly<Record<HandRule['action'], Text>> = {
  allow: { zh: '放行', en: 'allow' },
  deny: { zh: '拒绝', en: 'deny' },
};

export const handSteps = (lang: Lang): string[] => steps.map((step, index) => `${index + 1}. ${step[lang]}`);
/** Cells of a table. */
export const handRow = ({ action, what, target, port, path }: HandRule, index: number, lang: Lang): string[] => [
  ...[String(index + 1), words[action][lang], what === 'any' ? { zh: '全部', en: 'any' }[lang] : what],
  ...[target, port, path],
];
