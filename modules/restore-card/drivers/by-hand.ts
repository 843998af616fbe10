/** Cards without a command line: hardware, firmware, and programs whose vendor gives none. A person opens them; the canary proves it. */
import type { Text } from '../../../src/core/finding.ts';

interface Instruction {
  /** Fits the product's name as the inventory has it. */
  readonly product: RegExp;
  readonly steps: Text;
}

const instructions: readonly Instruction[] = [
  {
    product: /shadow ?defender|影子卫士/i,
    steps: {
      zh: '在该机打开 Shadow Defender，对所有盘退出影子模式并设为重启后不再进入，然后重启',
      en: 'open Shadow Defender on the PC, leave shadow mode for every volume so that it is not entered again, then restart',
    },
  },
  {
    product: /(?:reboot restore|rollback) ?rx/i,
    steps: {
      zh: '重启该机，开机时按 Home 键进入子控制台，以管理员密码登录，关闭“重启还原”，再启动 Windows',
      en: 'restart the PC, press Home while it starts, sign in to the sub-console, switch restore on restart off, then start Windows',
    },
  },
  {
    product: /deep ?freeze|冰点/i,
    steps: {
      zh: '在该机按住 Shift 双击任务栏的北极熊图标，输入密码，选择 Boot Thawed（启动后解冻），然后重启',
      en: 'on the PC hold Shift, double-click the polar bear in the task bar, enter the password, choose Boot Thawed, then restart',
    },
  },
];

/** Lenovo EDU/慧盾, 噢易, 三茗, 远志, 小哨兵 and the like: a menu of the card before Windows starts. */
const bootMenu: Text = {
  zh: '重启该机，在还原卡的开机菜单中以管理员密码登录，选择开放模式（总管模式），再启动 Windows',
  en: "restart the PC, sign in to the card's menu before Windows starts, choose open mode (开放模式, 总管模式), then let Windows start",
};

/** What a person has to do at the PC, as one clause. */
export function openByHand(product = ''): Text {
  const steps = instructions.find((one) => one.product.test(product))?.steps ?? bootMenu;
  const name = product === '' ? { zh: '还原卡', en: 'the restore card' } : { zh: product, en: product };
  return {
    zh: `请手动开放${name.zh}：${steps.zh}；完成后重新运行 examsite up`,
    en: `open ${name.en} by hand: ${steps.en}; then run examsite up again`,
  };
}
