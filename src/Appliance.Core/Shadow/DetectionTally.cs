using Appliance.Core.Detection;

namespace Appliance.Core.Shadow;

/// <summary>Counts where two detectors agree, frame by frame. One thread at a time.</summary>
public sealed class DetectionTally
{
    private const float SameFace = 0.5f;

    private bool[] _taken = new bool[32];
    private long _both;
    private long _liveOnly;
    private long _candidateOnly;
    private double _overlap;

    /// <summary>Pairs the boxes of one frame, best live face first, each with the free one it overlaps most.</summary>
    public void Add(ReadOnlySpan<FaceDetection> live, ReadOnlySpan<FaceDetection> candidate)
    {
        if (_taken.Length < candidate.Length)
            _taken = new bool[candidate.Length];
        _taken.AsSpan(0, candidate.Length).Clear();
        var paired = 0;
        foreach (ref readonly var face in live)
        {
            var (best, overlap) = (-1, SameFace);
            for (var i = 0; i < candidate.Length; i++)
            {
                var shared = face.Box.OverlapWith(candidate[i].Box);
                if (!_taken[i] && shared >= overlap)
                    (best, overlap) = (i, shared);
            }

            if (best < 0)
                continue;
            _taken[best] = true;
            _overlap += overlap;
            paired++;
        }

        _both += paired;
        _liveOnly += live.Length - paired;
        _candidateOnly += candidate.Length - paired;
    }

    public DetectionAgreement Describe() => new(_both, _liveOnly, _candidateOnly, _both == 0 ? 0 : _overlap / _both);
}
