// The plain recurrence, with tanh.
#include "functions.h"
#include "sequence_handlers.h"

namespace addax {
namespace recurrent {

struct Simple {
  static constexpr int kSums = 1, kFromX = 1, kFromH = 1, kStates = 1, kKept = 1;
  static constexpr int x_gate[] = {0}, h_gate[] = {0};

  static void forward(Vec (&sums)[1], Vec (&states)[1], Vec (&kept)[1]) {
    states[0] = kept[0] = tanh(sums[0]);
  }

  static void backward(const Vec (&kept)[1], const Vec (&now)[1], const Vec (&old)[1],
                       Vec (&gradients)[1], Vec (&sums)[1]) {
    sums[0] = gradients[0] * (1.0f - kept[0] * kept[0]);
    gradients[0] = Vec{};
  }
};

ADDAX_CELL(simple_rnn, Simple);

}  // namespace recurrent
}  // namespace addax
