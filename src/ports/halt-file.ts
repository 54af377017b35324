/** `data/HALT`: while it exists, nothing is submitted. Asked at the gate, synchronously, for every order. */
export interface HaltFile {
  exists(): boolean
}
