import { testOps } from '../testing/opSuite';

testOps(['randlora']);
