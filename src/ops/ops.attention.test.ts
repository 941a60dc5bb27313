import { testOps } from '../testing/opSuite';

testOps(['attention']);
