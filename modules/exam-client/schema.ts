/** What lets the exam system's program through, and what may stop it. */
import { z } from 'zod';

/** Full path of an executable, in ASCII or not. */
const program = z.string().regex(/^[A-Za-z]:\\(?:[^\\/:*?"<>|]+\\)*[^\\/:*?"<>|]+\.exe$/i);

export const examClientDesired = z.strictObject({
  programs: z.array(program).meta({
    description: "full paths of the exam system's programs; empty: nobody has said, and then nothing is known",
  }),
  ports: z
    .array(z.int().min(1).max(65535))
    .meta({ description: 'TCP ports at which the exam system listens on a PC, whichever program it is' }),
  antivirus: z.array(z.string().min(1)).meta({
    description: 'antiviruses, by a part of the name they go by, in which a person has let the exam system through',
  }),
});
export type ExamClientDesired = z.infer<typeof examClientDesired>;

const profile = z.enum(['domain', 'private', 'public']);
export const rule = z.strictObject({
  name: z.string().meta({ description: 'name of the rule; not unique' }),
  group: z.string().meta({ description: 'group that it is shown in; empty: none' }),
  direction: z.enum(['in', 'out']).meta({ description: 'whose connections: others to this PC, or its own' }),
  action: z.enum(['allow', 'block']).meta({ description: 'what happens to them' }),
  enabled: z.boolean().meta({ description: 'whether it counts' }),
  program: z.string().nullable().meta({ description: 'path of the executable; null: every program' }),
  protocol: z
    .union([z.enum(['any', 'tcp', 'udp']), z.int()])
    .meta({ description: 'a number is an IP protocol without ports' }),
  localPorts: z.string().meta({ description: '`*`, or ports and ranges with commas' }),
  remotePorts: z.string().meta({ description: 'the same of the other side' }),
  remoteAddresses: z.string().meta({ description: '`*`, `LocalSubnet`, or addresses with commas' }),
  profiles: z.array(profile).readonly().meta({ description: 'networks in which it counts' }),
});
export type Rule = z.infer<typeof rule>;

export const examClientActual = z.strictObject({
  present: z.array(z.string()).meta({ description: "the exam system's programs that are on the PC now" }),
  rules: z
    .array(rule)
    .meta({ description: 'rules of Windows Firewall: those of examsite, and those about these programs' }),
  engine: z.enum(['defender', 'security-essentials']).nullable().meta({
    description: "Microsoft's antivirus that the PC has; null: none",
  }),
  excluded: z.array(z.string()).meta({ description: 'what it leaves alone: paths and programs, by policy or by hand' }),
  antivirus: z.array(z.string()).meta({ description: 'antiviruses of others that are on' }),
  ours: z.array(z.string()).meta({ description: 'programs that examsite has excluded' }),
  unobserved: z.record(z.string(), z.string()).meta({ description: 'by part: why it could not be seen' }),
});
export type ExamClientActual = z.infer<typeof examClientActual>;
