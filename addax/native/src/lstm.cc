// Long short-term memory: tanh for what is remembered and shown, sigmoid for the gates.
#include "functions.h"
#include "sequence_handlers.h"

namespace addax {
namespace recurrent {

struct Lstm {
  static constexpr int kSums = 4, kFromX = 4, kFromH = 4, kStates = 2, kKept = 4;
  static constexpr int x_gate[] = {0, 1, 2, 3}, h_gate[] = {0, 1, 2, 3};

  static void forward(Vec (&sums)[4], Vec (&states)[2], Vec (&kept)[4]) {
    Vec let = sigmoid(sums[0]), keep = sigmoid(sums[1]), show = sigmoid(sums[3]);
    Vec fresh = tanh(sums[2]);
    states[1] = keep * states[1] + let * fresh;
    states[0] = show * tanh(states[1]);
    kept[0] = let;
    kept[1] = keep;
    kept[2] = fresh;
    kept[3] = show;
  }

  static void backward(const Vec (&kept)[4], const Vec (&now)[2], const Vec (&old)[2],
                       Vec (&gradients)[2], Vec (&sums)[4]) {
    Vec let = kept[0], keep = kept[1], fresh = kept[2], show = kept[3];
    Vec shown = tanh(now[1]), output = gradients[0];
    Vec memory = gradients[1] + output * show * (1.0f - shown * shown);
    sums[0] = memory * fresh * let * (1.0f - let);
    sums[1] = memory * old[1] * keep * (1.0f - keep);
    sums[2] = memory * let * (1.0f - fresh * fresh);
    sums[3] = output * shown * show * (1.0f - show);
    gradients[0] = Vec{};
    gradients[1] = memory * keep;
  }
};

ADDAX_CELL(lstm, Lstm);

}  // namespace recurrent
}  // namespace addax
