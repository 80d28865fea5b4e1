// SPDX-License-Identifier: Apache-2.0
// Types and arithmetic of the core: elements are 8-bit fixed point with 4 bits of fraction, sums
// have 16 bits; both saturate.
package core_pkg;

  typedef logic signed [7:0] element_t;
  typedef logic signed [15:0] sum_t;
  typedef logic [15:0] index_t;      // of an element, of a FIFO entry
  typedef logic [32:0] address_t;

  localparam int FRACTION = 4;

  typedef enum logic [3:0] {
    LDV, SV, ADD, SUB, MUL, DIV, EXP, SIG, NORM, TMATMUL
  } op_t;

  typedef enum logic [1:0] {
    LOAD_STORE, ROW_WISE, RMS, TERNARY
  } unit_t;
  localparam int UNITS = 4;

  typedef struct packed {
    op_t op;
    logic [2:0] dst;
    logic [2:0] src1;
    logic [2:0] src2;
    address_t address;
  } instruction_t;

  function automatic unit_t unit_of(op_t op);
    case (op)
      LDV, SV: return LOAD_STORE;
      NORM: return RMS;
      TMATMUL: return TERNARY;
      default: return ROW_WISE;
    endcase
  endfunction

  // The registers that an instruction names.
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic [7:0] registers_of(instruction_t i);
    logic [7:0] named;
    named = '0;
    if (i.op != SV) named[i.dst] = 1'b1;
    if (i.op != LDV) named[i.src1] = 1'b1;
    if (i.op == ADD || i.op == SUB || i.op == MUL || i.op == DIV) named[i.src2] = 1'b1;
    return named;
  // verilator lint_on UNUSEDSIGNAL
  endfunction

  function automatic element_t saturate8(int value);
    if (value > 127) return 8'sd127;
    if (value < -128) return -8'sd128;
    return element_t'(value);
  endfunction

  function automatic sum_t saturate16(int value);
    if (value > 32767) return 16'sd32767;
    if (value < -32768) return -16'sd32768;
    return sum_t'(value);
  endfunction

  // Quotient, towards zero; by zero: the end of the range that has the sign of the dividend.
  function automatic element_t divide(int dividend, int divisor);
    if (divisor == 0) return saturate8(dividend <<< 8);
    return saturate8((dividend <<< FRACTION) / divisor);
  endfunction

endpackage
