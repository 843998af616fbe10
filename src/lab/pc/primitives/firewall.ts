import type { Handlers } from './perform.ts';

export const firewallPrimitives: Handlers<'firewall.read' | 'firewall.write'> = {
  'firewall.read': (pc, { name }) => ({ profiles: pc.firewall.states(), rules: pc.firewall.rules(name) }),
  'firewall.write': (pc, { name, rule }) => {
    pc.firewall.replace(name, rule);
    return {};
  },
};
