import { testOps } from '../testing/opSuite';

testOps(['matmul']);
