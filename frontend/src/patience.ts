import { configure } from '@testing-library/dom'

// What a test waits for takes long where every core is busy; a second, the default, is too short then.
configure({ asyncUtilTimeout: 30_000 })
