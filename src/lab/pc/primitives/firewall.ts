import type { Handlers } from './perform.ts';

export const firewallPrimitives: Handlers<'firewall.read' | 'firewall.write' | 'firewall.switch'> = {
  'firewall.read': (pc, { name }) => ({ profiles: pc.firewall.states(), rules: pc.firewall.rules(name) }),
  'firewall.write': (pc, { name, rule }) => {
    pc.firewall.replace(name, rule);
    return {};
  },
  'firewall.switch': (pc, { rule, enabled }) => ({ rules: pc.firewall.switch(rule, enabled) }),
};
