"""`keras.callbacks`: what happens at set moments of training."""

from addax._base.lazy import lazy_exports

__getattr__, __dir__, __all__ = lazy_exports(
    __name__,
    {
        "BackupAndRestore": ".backup_and_restore",
        "CSVLogger": ".csv_logger",
        "Callback": ".callback",
        "CallbackList": ".callback_list",
        "EarlyStopping": ".early_stopping",
        "History": ".history",
        "LambdaCallback": ".lambda_callback",
        "LearningRateScheduler": ".learning_rate_scheduler",
        "ModelCheckpoint": ".model_checkpoint",
        "OrbaxCheckpoint": ".orbax_checkpoint",
        "ProgbarLogger": ".progbar_logger",
        "ReduceLROnPlateau": ".reduce_lr_on_plateau",
        "RemoteMonitor": ".remote_monitor",
        "SwapEMAWeights": ".swap_ema_weights",
        "TensorBoard": ".tensorboard",
        "TerminateOnNaN": ".terminate_on_nan",
    },
)
