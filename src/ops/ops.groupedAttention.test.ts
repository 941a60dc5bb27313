import { testOps } from '../testing/opSuite';

testOps(['groupedAttention']);
