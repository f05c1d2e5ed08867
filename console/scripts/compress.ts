import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(?:js|css|svg|json)$/;
const WORTH_IT_BYTES = 1024;

/** Puts `.br` and `.gz` copies beside the files of a build, which the gateway sends to those who read them. */
export function compress(): Plugin {
  let folder = "";
  return {
    name: "skep-compress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = await readdir(folder, { recursive: true });
      const files = names.filter((name) => TEXT.test(name)).map((name) => join(folder, name));
      await Promise.all(files.map(compressOne));
    },
  };
}

async function compressOne(file: string): Promise<void> {
  if ((await stat(file)).size < WORTH_IT_BYTES) return;
  const content = await readFile(file);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, quality));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}
