// Gated recurrent units whose reset comes after the product of the state, tanh for what
// is new, sigmoid for the gates.
#include "functions.h"
#include "sequence_handlers.h"

namespace addax {
namespace recurrent {

// The sums: new from x, update, reset, new from the state.
struct Gru {
  static constexpr int kSums = 4, kFromX = 3, kFromH = 3, kStates = 1, kKept = 4;
  static constexpr int x_gate[] = {2, 0, 1}, h_gate[] = {0, 1, 2};

  static void forward(Vec (&sums)[4], Vec (&states)[1], Vec (&kept)[4]) {
    Vec stay = sigmoid(sums[1]), reset = sigmoid(sums[2]);
    Vec fresh = tanh(sums[0] + reset * sums[3]);
    states[0] = stay * states[0] + (1.0f - stay) * fresh;
    kept[0] = fresh;
    kept[1] = stay;
    kept[2] = reset;
    kept[3] = sums[3];
  }

  static void backward(const Vec (&kept)[4], const Vec (&now)[1], const Vec (&old)[1],
                       Vec (&gradients)[1], Vec (&sums)[4]) {
    Vec fresh = kept[0], stay = kept[1], reset = kept[2], inner = kept[3];
    Vec output = gradients[0];
    sums[0] = output * (1.0f - stay) * (1.0f - fresh * fresh);
    sums[1] = output * (old[0] - fresh) * stay * (1.0f - stay);
    sums[2] = sums[0] * inner * reset * (1.0f - reset);
    sums[3] = sums[0] * reset;
    gradients[0] = output * stay;
  }
};

ADDAX_CELL(gru, Gru);

}  // namespace recurrent
}  // namespace addax
