import '../testing/octs';
import { testOcts } from '../testing/opSuite';

testOcts(['matmul', 'randlora']);
