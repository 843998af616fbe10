/** Chinese or English, and the error of set-up in both. Set-up runs before there are packages, so it cannot use src/core. */

/** @typedef {{ zh: string, en: string }} Text */

/**
 * `--lang` on the command line, else as src/core/language.ts has it.
 * @returns {'zh' | 'en'}
 */
export function language(argv = process.argv, env = process.env) {
  const asked = /--lang[= ](\S+)/.exec(argv.join(' '))?.[1];
  const locale =
    env.EXAMSITE_LANG ?? env.LC_ALL ?? env.LC_MESSAGES ?? env.LANG ?? Intl.DateTimeFormat().resolvedOptions().locale;
  return (asked ?? locale).toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** @param {Text} text */
export const say = (text) => text[language()];

/**
 * What a person must mend before anything can run. `problem` has the shape of `Problem` in src/core/errors.ts, so the command line can print
 * it among its own.
 */
export class SetupError extends Error {
  /** @param {{ expected: Text, got: string, fix: Text, code: string }} problem */
  constructor({ expected, got, fix, code }) {
    super(
      say({
        zh: `安装准备：应为 ${expected.zh}，实为 ${got}；${fix.zh} [${code}]`,
        en: `set-up: expected ${expected.en}, got ${got}; ${fix.en} [${code}]`,
      }),
    );
    this.name = 'SetupError';
    this.problem = { where: say({ zh: '安装准备', en: 'set-up' }), expected, got, fix, code };
  }
}

/**
 * Ends one of several ways to get something; the reason becomes a line of the error, should all of them end so.
 * @param {Text} why
 * @returns {never}
 */
export function no(why) {
  throw new Error(say(why));
}

/** @param {string} place */
export const none = (place) => ({ zh: `${place} 里没有`, en: `none in ${place}` });
/** @param {string} file @param {string} why */
export const broken = (file, why) => ({ zh: `${file} 无法运行：${why}`, en: `${file} does not work: ${why}` });
/** @param {string} file @param {string} version @param {string} least */
export const tooOld = (file, version, least) => ({
  zh: `${file} 是 ${version}，低于 ${least}`,
  en: `${file} is ${version}, older than ${least}`,
});
