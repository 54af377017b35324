import type { Config } from '../config/config.ts'

/** Where the embedded store's file is. */
export const sqlitePath = ({ storage }: Config): string => storage.url.reveal().replace(/^sqlite:/, '')
