/**
 * The whole way through the product on a simulated room: a school's spreadsheet becomes an inventory, 44 PCs are found, set up by the real
 * engine over real SSH, and proved; then one of them changes by itself, is named, repaired, and proved again.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { addConfirmations, pcsOf } from '../confirmations/file.ts';
import { wheelLock } from '../../handbook/wheels.ts';
import { productsOf } from '../../handbook/handbook.ts';
import { dial } from '../hosts/dial.ts';
import { enrollRoom } from '../hosts/enroll.ts';
import { saveEnrolment } from '../hosts/enroll-save.ts';
import { lockFile } from '../depot/hosts.ts';
import { writeLock } from '../depot/read.ts';
import { serveDepot, type DepotServer } from '../depot/serve.ts';
import { importRoom, type Imported } from '../inventory/import.ts';
import { loadRoom } from '../inventory/load.ts';
import { levels, seatsOf } from '../inventory/schema.ts';
import { LabClient } from '../lab/control/client.ts';
import { freePort } from '../lab/free-port.ts';
import { buildDepot } from '../lab/packages/build.ts';
import { simulated } from '../lab/packages/makers.ts';
import { ensurePrivate } from '../core/private.ts';
import { home as homeAt, packageRoot } from '../core/home.ts';
import { verdict } from '../report/verdict.ts';
import { toTerminal } from '../report/terminal.ts';
import type { RoomCheck } from '../report/result.ts';
import { look, writeReport } from './commands/check.ts';
import { roomToEnroll } from './commands/enroll.ts';
import { startLab, whitelistWay } from './commands/lab.ts';
import { runOperation } from './commands/operations.ts';
import { loadWhitelist, whitelistPath } from '../whitelist/file.ts';
import { importWhitelist, whitelistText } from '../whitelist/import.ts';
import type { Io } from './io.ts';
import type { Kind, OperationResult } from './operation.ts';
import { operationText } from './operation-text.ts';

const room = '301';
/** An address of the room's network that no PC has. */
const depotHost = '10.30.1.250';
const gateway = '10.30.1.1';
/** What a person adds to entries that stand for many hosts: one of them, for the PCs to try. */
const samples: Readonly<Record<string, string>> = {
  '*.cdn.zhonghui.vip': 'img.cdn.zhonghui.vip',
  '203.0.113.40': '203.0.113.40:443',
  '203.0.113.64/28': '203.0.113.70:443',
};
/** Those that docs/guide/lab.md names, unless another demo has them. */
const usual = { ssh: 52022, depot: 52080 } as const;
/** The PC that changes by itself, and what Chrome's updater makes of it. */
const tampered = 'r301-s07';
const updated = '120.0.6099.71';
const cardPassword = 'EXAMSITE_DEMO_CARD_PASSWORD';

export interface DemoOptions {
  /** Leave the simulated room running, to go on by hand. */
  readonly keep: boolean;
}

export interface DemoResult {
  readonly page: string;
  readonly verdict: string;
  readonly operations: readonly OperationResult[];
}

/** @throws Error when a step does not end as it must: a demo that shows something else is a failure. */
export async function demo(outer: Io, { keep }: DemoOptions): Promise<DemoResult> {
  const io = { ...outer, home: homeAt(path.join(outer.home.private, 'demo')) };
  const scene = new Scene(io, await ports());
  await new LabClient(io.home.lab).stop();
  await rm(io.home.root, { recursive: true, force: true });
  await ensurePrivate(io.home.root);
  // What the school's IT keeps in its safe; only a reference to it is ever written down.
  process.env[cardPassword] = randomBytes(9).toString('base64url');
  let depot: DepotServer | undefined;
  try {
    await importAssets(scene);
    await importSites(scene);
    depot = await openDepot(scene);
    await openRoom(scene);
    await closeRouter(scene);
    const operations = await setUpAndDrift(scene);
    const check = await scene.mustBe('GO');
    const page = await writeReport(io, check);
    io.print(`\n${toTerminal(check, io.lang, process.stdout.isTTY)}\n${page}`);
    return { page, verdict: verdict(check).word, operations };
  } finally {
    await depot?.close();
    if (!keep) await new LabClient(io.home.lab).stop();
  }
}

const ports = async (): Promise<Scene['ports']> => ({
  ssh: await freePort(gateway, usual.ssh),
  depot: await freePort(depotHost, usual.depot),
});

async function importAssets({ io, act, ports }: Scene): Promise<Imported> {
  const file = path.join(packageRoot, 'examples', 'room-301-assets.csv');
  return act(
    { zh: `读取 ${path.basename(file)}`, en: `reading ${path.basename(file)}` },
    () =>
      importRoom({
        home: io.home,
        file,
        room,
        site: '示范学院考点',
        staff: 5,
        proctors: 2,
        spacingMetres: 1.2,
        restoreCard: { driver: 'deep-freeze', password: { env: cardPassword } },
        depot: `http://${depotHost}:${ports.depot}/`,
        ssh: { network: 'lab', port: ports.ssh },
        examClient: { programs: ['C:\\Exam\\ExamClient.exe'], ports: [], antivirus: [] },
      }),
    ({ room: read }) => ({
      zh: `${read.seats.length} 个考位，${read.spares.length} 台备用机`,
      en: `${read.seats.length} seats, ${read.spares.length} spares`,
    }),
  );
}

async function importSites({ io, act }: Scene): Promise<void> {
  const file = path.join(packageRoot, 'examples', 'whitelist-2022-11.txt');
  await act(
    { zh: `读取白名单 ${path.basename(file)}`, en: `reading the whitelist, ${path.basename(file)}` },
    async () => {
      const imported = await importWhitelist({ home: io.home, lang: io.lang, file });
      await addSamples(io);
      return imported;
    },
    ({ entries }) => ({ zh: `${entries} 条`, en: `${entries} entries` }),
  );
}

async function addSamples({ home, lang }: Io): Promise<void> {
  const whitelist = loadWhitelist(home);
  if (whitelist === undefined) throw new Error('the whitelist is not there although it was imported');
  const allowed = whitelist.allowed.map((one) => {
    const sample = samples[one.text];
    return sample === undefined ? one : { ...one, sample };
  });
  await writeFileAtomic(whitelistPath(home), whitelistText({ ...whitelist, allowed }, lang));
}

/** What a person types into a router that has a web page only; the PCs prove it. */
async function closeRouter({ io, act }: Scene): Promise<void> {
  await act(
    { zh: '按白名单设置模拟路由器（人工）', en: 'setting the simulated router by the whitelist, as a person would' },
    () => new LabClient(io.home.lab).router(whitelistWay(io.home)),
    ({ pcs }) => ({ zh: `${pcs.length} 台只能访问名单`, en: `${pcs.length} PCs reach what is listed` }),
  );
}

/** Simulated installers and real (small) wheels for everything the levels name, served as a real depot is. */
async function openDepot({ io: { home }, ports }: Scene): Promise<DepotServer> {
  const lock = await buildDepot({
    dir: home.depot,
    products: simulated(productsOf(levels)),
    wheels: Object.fromEntries(levels.map((level) => [level, wheelLock(level)])),
  });
  await writeLock(lockFile(home), lock);
  return serveDepot({ dir: home.depot, lock, host: dial('lab', depotHost), port: ports.depot });
}

async function openRoom({ io, act, ports }: Scene): Promise<void> {
  await act(
    {
      zh: '启动模拟机房（44 台电脑，每台一个 SSH 服务器）',
      en: 'starting the simulated room (44 PCs, an SSH server each)',
    },
    () => startLab(io, { room, port: String(ports.ssh) }),
    ({ pcs }) => ({
      zh: `${pcs.length} 台，其中 ${pcs.filter(({ card }) => card.includes('frozen')).length} 台还原卡开着`,
      en: `${pcs.length} PCs, ${pcs.filter(({ card }) => card.includes('frozen')).length} of them with a closed restore card`,
    }),
  );
  await act(
    {
      zh: '登记：按 MAC 找到每台电脑，固定主机密钥',
      en: 'enrolling: finding each PC by its MAC, pinning its host key',
    },
    async () => {
      const loaded = loadRoom(io.home, room);
      const enrolment = await enrollRoom({ home: io.home, room: roomToEnroll(loaded.room, loaded.site) });
      return saveEnrolment(io.home, enrolment);
    },
    ({ hosts }) => ({ zh: `${Object.keys(hosts).length} 台`, en: `${Object.keys(hosts).length} PCs` }),
  );
}

async function setUpAndDrift(scene: Scene): Promise<OperationResult[]> {
  const { io } = scene;
  const first = await scene.operate('up', { zh: '布置全部电脑', en: 'setting up every PC' });
  await confirm(scene);
  await scene.mustBe('GO');
  await new LabClient(io.home.lab).do(tampered, 'tamper', ['chrome', updated]);
  scene.say({ zh: `${tampered} 的 Chrome 自行更新了`, en: `${tampered}: Chrome has updated itself` });
  await scene.mustBe('NO-GO');
  const preview = await scene.operate('preview', { zh: '预览：什么变了', en: 'previewing what has changed' });
  const named = preview.changes.some(({ host, property }) => host === tampered && property === 'chrome');
  if (!named) throw new Error(`the preview does not name ${tampered} browser.chrome`);
  const repaired = await scene.operate('up', { zh: '修复', en: 'repairing it' });
  return [first, preview, repaired];
}

/** What a technician does with `examsite confirm P9 P10 P12`; nobody has looked at a simulated keyboard, and that is what is written down. */
async function confirm({ io, act }: Scene): Promise<void> {
  const pcs = pcsOf(seatsOf(loadRoom(io.home, room).room));
  const said = { says: 'yes', by: 'npm run demo', at: new Date().toISOString(), pcs } as const;
  await act(
    {
      zh: '代人确认无病毒（P9）、键盘鼠标显示（P10）与监考系统检测（P12）',
      en: 'confirming, in place of a person, P9, P10 and P12',
    },
    () =>
      addConfirmations(
        io.home,
        room,
        ['P9', 'P10', 'P12'].map((requirement) => ({ requirement, ...said })),
      ),
    () => ({ zh: `${Object.keys(pcs).length} 台`, en: `${Object.keys(pcs).length} PCs` }),
  );
}

/** Tells what is going on, and fails where the story does not go as it must. */
class Scene {
  readonly io: Io;
  readonly ports: { readonly ssh: number; readonly depot: number };
  constructor(io: Io, ports: Scene['ports']) {
    this.io = io;
    this.ports = ports;
  }

  say(text: { zh: string; en: string }): void {
    this.io.note(`▸ ${text[this.io.lang]}`);
  }

  readonly act = async <T>(
    what: { zh: string; en: string },
    work: () => Promise<T>,
    outcome: (result: T) => { zh: string; en: string },
  ): Promise<T> => {
    this.say(what);
    const began = Date.now();
    const result = await work();
    this.io.note(`  ${outcome(result)[this.io.lang]} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    return result;
  };

  async operate(kind: Kind, what: { zh: string; en: string }): Promise<OperationResult> {
    this.say(what);
    const result = await runOperation(this.io, kind, room, kind !== 'destroy');
    this.io.note(operationText(result, this.io.lang));
    if (result.failures.length + result.general.length > 0) throw new Error(`${kind} failed, see above`);
    return result;
  }

  async mustBe(word: 'GO' | 'NO-GO'): Promise<RoomCheck> {
    this.say({ zh: '检查：逐台实地查看', en: 'checking every PC, live' });
    const began = Date.now();
    const check = await look(this.io, room);
    const found = verdict(check);
    this.io.note(`  ${found.word} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    if (found.word !== word) {
      throw new Error(`expected ${word}, got ${found.word}:\n${toTerminal(check, this.io.lang, false)}`);
    }
    return check;
  }
}
