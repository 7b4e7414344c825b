// Outputs of a sliding window in rectangles that meet the same places of it.
//
// Inside of an image every output meets the whole window; near its edges some places
// fall outside. Along one axis the outputs fall into runs that meet the same places, and
// each pair of a run of rows and a run of columns is a rectangle for which no kernel has
// to ask what is inside. The transpose of a window with steps has such runs for each
// phase of the step.
#ifndef ADDAX_NATIVE_RECTANGLES_H_
#define ADDAX_NATIVE_RECTANGLES_H_

#include <algorithm>
#include <cstdint>
#include <vector>

namespace addax {

struct Axis {
  int64_t inside;  // elements that the window slides over
  int64_t counts;  // how many windows there are
  int64_t size, step, apart;  // the window, its steps, its dilation
  int64_t before;  // padding
};

// A place of the window, and the element that it is at for a run's first output.
struct Meeting {
  int64_t place, from;
};

// Outputs first, first + step, ...; what they meet goes on by `advance`.
struct Run {
  int64_t first, count, step, advance;
  std::vector<Meeting> meets;
};

inline void append(std::vector<Run>& runs, int64_t phase, Run next) {
  auto alike = [](const Meeting& a, const Meeting& b) { return a.place == b.place; };
  if (next.first != phase) {
    Run& last = runs.back();
    if (std::equal(last.meets.begin(), last.meets.end(), next.meets.begin(),
                   next.meets.end(), alike)) {
      ++last.count;
      return;
    }
  }
  runs.push_back(std::move(next));
}

inline std::vector<Run> forward_runs(const Axis& axis) {
  std::vector<Run> runs;
  for (int64_t o = 0; o < axis.counts; ++o) {
    Run next{o, 1, 1, axis.step, {}};
    for (int64_t place = 0; place < axis.size; ++place) {
      int64_t i = o * axis.step + place * axis.apart - axis.before;
      if (i >= 0 && i < axis.inside) next.meets.push_back({place, i});
    }
    append(runs, 0, std::move(next));
  }
  return runs;
}

inline std::vector<Run> transpose_runs(const Axis& axis) {
  std::vector<Run> runs;
  for (int64_t phase = 0; phase < std::min(axis.step, axis.inside); ++phase) {
    for (int64_t i = phase; i < axis.inside; i += axis.step) {
      Run next{i, 1, axis.step, 1, {}};
      for (int64_t place = axis.size - 1; place >= 0; --place) {
        int64_t o = i + axis.before - place * axis.apart;
        if (o >= 0 && o % axis.step == 0 && o / axis.step < axis.counts)
          next.meets.push_back({place, o / axis.step});
      }
      append(runs, phase, std::move(next));
    }
  }
  return runs;
}

// Where a place meets the rectangle's first output, and its weights: numbers of cells.
struct Tap {
  int64_t at, place;
};

struct Rectangle {
  Run rows, columns;
  std::vector<Tap> taps;  // in the order of the elements they meet

  // The run's rows among [begin, end): the first and one behind the last.
  std::pair<int64_t, int64_t> among(int64_t begin, int64_t end) const {
    auto index = [&](int64_t row) {
      int64_t i = (row - rows.first + rows.step - 1) / rows.step;
      return row <= rows.first ? 0 : std::min(i, rows.count);
    };
    return {index(begin), index(end)};
  }
};

// `across`: elements in a row of what is met; `wide`: places in a row of the window.
inline std::vector<Rectangle> rectangles(const std::vector<Run>& rows,
                                         const std::vector<Run>& columns,
                                         int64_t across, int64_t wide) {
  std::vector<Rectangle> all;
  for (const Run& r : rows) {
    for (const Run& c : columns) {
      Rectangle made{r, c, {}};
      for (const Meeting& a : r.meets)
        for (const Meeting& b : c.meets)
          made.taps.push_back({a.from * across + b.from, a.place * wide + b.place});
      all.push_back(std::move(made));
    }
  }
  return all;
}

}  // namespace addax

#endif  // ADDAX_NATIVE_RECTANGLES_H_
